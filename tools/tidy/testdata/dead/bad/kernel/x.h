#pragma once
int x_used(void);
