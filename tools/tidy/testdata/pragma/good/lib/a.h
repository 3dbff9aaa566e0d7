/* Head. */
#pragma once

int a(void);
