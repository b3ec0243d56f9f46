/**
 * Objects in S3 and in stores that speak its protocol. Start at {@link dev.penstock.dataplane.store.s3.S3ObjectStore}.
 */
@NullMarked
package dev.penstock.dataplane.store.s3;

import org.jspecify.annotations.NullMarked;
