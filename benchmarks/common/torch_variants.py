"""The variants of PyTorch that the benchmarks compare with: a mode of the model, and an implementation of the optimizer.

A mode is "eager", "channels_last", "compile" or "channels_last + compile".
"""
import warnings

warnings.filterwarnings("ignore")


class Absent(Exception):
    """The reason why a variant does not exist here."""


def in_mode(mode, model, loss_of, inputs):
    """Returns the model, the function of inputs and targets that computes the loss, and the inputs, in a mode.

    `loss_of(model, inputs, targets)` computes the loss. Raises Absent where the mode does not exist.
    """
    import torch

    if "channels_last" in mode:
        if not any(isinstance(module, torch.nn.Conv2d) for module in model.modules()):
            raise Absent("no convolution")
        model = model.to(memory_format=torch.channels_last)
        inputs = inputs.contiguous(memory_format=torch.channels_last)

    def loss(inputs, targets):
        return loss_of(model, inputs, targets)

    if "compile" in mode:
        if not hasattr(torch, "compile"):
            raise Absent(f"PyTorch {torch.__version__} has no torch.compile")
        compile_with_vectors()
        loss = torch.compile(loss, dynamic=False)
    return model, loss, inputs


def compile_with_vectors():
    """Makes torch.compile use the processor's vector instructions where its own check fails.

    With Debian's gcc 12, the kernels of PyTorch 2.13 do not name the library whose vector functions they call. Its check
    then fails, and it silently compiles scalar code.
    """
    import ctypes
    import os

    import torch
    from torch._inductor import config, cpu_vec_isa

    library = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
    if os.path.exists(library) and not cpu_vec_isa.pick_vec_isa():
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
        config.cpp.vec_isa_ok = True
        cpu_vec_isa.valid_vec_isa_list.cache_clear()


# Settings of torch.optim's implementations. On a CPU, the default is a loop over the parameters.
IMPLEMENTATIONS = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}


def reason(error):
    """Returns the first line of an exception that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:160] if lines else type(error).__name__


def capability():
    """Returns the instruction set of PyTorch's own kernels."""
    import re

    import torch

    if hasattr(torch.backends, "cpu"):
        return torch.backends.cpu.get_cpu_capability()
    found = re.search(r"CPU capability usage: (\w+)", torch.__config__.show())
    return found[1] if found else "unknown"
