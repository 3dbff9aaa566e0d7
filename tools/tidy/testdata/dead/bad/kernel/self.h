#pragma once
#include "kernel/self.h"
