/** What the operator is told at start. Start at {@link dev.penstock.operator.config.OperatorConfig}. */
@NullMarked
package dev.penstock.operator.config;

import org.jspecify.annotations.NullMarked;
