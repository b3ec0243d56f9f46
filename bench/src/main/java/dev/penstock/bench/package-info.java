/** Load tools and benchmarks: not part of the product. Start at {@link dev.penstock.bench.Viewers}. */
@NullMarked
package dev.penstock.bench;

import org.jspecify.annotations.NullMarked;
