import { Random } from "@downhill/optim";
