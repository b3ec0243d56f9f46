/**
 * Reads YAML and judges resources as the Kubernetes API server would: strict fields, structural defaults, schema constraints
 * and CEL rules. Start at {@link dev.penstock.dataplane.resource.schema.ResourceSchemas}.
 */
@NullMarked
package dev.penstock.dataplane.resource.schema;

import org.jspecify.annotations.NullMarked;
