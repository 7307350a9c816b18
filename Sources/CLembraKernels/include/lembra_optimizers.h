#pragma once

typedef struct {
  int empty;
} lembra_optimizers;
