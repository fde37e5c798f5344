// The limit: a loop that reads and writes what an optimizer must, and computes next to nothing.
// move_bytes PARAMETERS STATES default|small|huge THREADS: w and each state are read and written, g is read.
// Each thread moves an equal range of the parameters; all threads wait for each other at the start and the end of a step.
// Protocol: see ../../common/worker.mjs.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define TINY 1e-9f

static void move1(size_t n, float *restrict w, const float *restrict g, float *restrict s) {
  for (size_t i = 0; i < n; i++) {
    float x = g[i] * TINY;
    s[i] += x;
    w[i] += x;
  }
}

static void move2(size_t n, float *restrict w, const float *restrict g, float *restrict s, float *restrict t) {
  for (size_t i = 0; i < n; i++) {
    float x = g[i] * TINY;
    s[i] += x;
    t[i] += x;
    w[i] += x;
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static size_t n;
static int states, threads;
static float *w, *g, *s, *t;
static pthread_barrier_t start_of_step, end_of_step;

static void move_range(int index) {
  // Ranges start at a cache line.
  size_t first = n * index / threads / 16 * 16;
  size_t end = index + 1 == threads ? n : n * (index + 1) / threads / 16 * 16;
  if (states == 2) move2(end - first, w + first, g + first, s + first, t + first);
  else move1(end - first, w + first, g + first, s + first);
}

static void *work(void *index) {
  for (;;) {
    pthread_barrier_wait(&start_of_step);
    move_range((int)(intptr_t)index);
    pthread_barrier_wait(&end_of_step);
  }
  return NULL;
}

static void step(void) {
  if (threads > 1) pthread_barrier_wait(&start_of_step);
  move_range(0);
  if (threads > 1) pthread_barrier_wait(&end_of_step);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  n = strtoull(argv[1], NULL, 10);
  states = atoi(argv[2]);
  threads = atoi(argv[4]);
  // As the arena lays them out: one after another, each at a cache line.
  size_t stream = (4 * n + 63) / 64 * 64;
  size_t bytes = (2 + states) * stream;
  char *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) {
    puts("{\"skip\": \"the system did not grant the memory\"}");
    return 0;
  }
  if (!strcmp(argv[3], "small")) madvise(block, bytes, MADV_NOHUGEPAGE);
  if (!strcmp(argv[3], "huge")) madvise(block, bytes, MADV_HUGEPAGE);
  w = (float *)block, g = (float *)(block + stream);
  s = (float *)(block + 2 * stream), t = (float *)(block + 3 * stream);
  for (size_t i = 0; i < n; i++) {
    w[i] = 0.1f;
    g[i] = i % 2 ? 0.01f : -0.01f;
    s[i] = 0.01f;
    if (states == 2) t[i] = 0.01f;
  }
  pthread_barrier_init(&start_of_step, NULL, threads);
  pthread_barrier_init(&end_of_step, NULL, threads);
  for (int index = 1; index < threads; index++) {
    pthread_t other;
    if (pthread_create(&other, NULL, work, (void *)(intptr_t)index)) return 2;
  }
  puts("{\"ready\": true}");
  fflush(stdout);
  int samples, repeats;
  while (scanf("%d %d", &samples, &repeats) == 2) {
    for (int sample = 0; sample < samples; sample++) {
      double start = now();
      for (int i = 0; i < repeats; i++) {
        step();
        // Nothing may be left out because the next turn overwrites it.
        __asm__ volatile("" ::: "memory");
      }
      printf("%s%.1f", sample ? "," : "[", (now() - start) / repeats);
    }
    puts("]");
    fflush(stdout);
  }
  return 0;
}
