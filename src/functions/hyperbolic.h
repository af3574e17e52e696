// Hyperbolic functions to the last digit as Java's StrictMath has them.
#pragma once

namespace floe::functions {

double JavaCosh(double x);
double JavaSinh(double x);
double JavaTanh(double x);

}  // namespace floe::functions
