/**
 * Objects as files below one folder. Start at {@link dev.penstock.dataplane.store.file.FileObjectStore}.
 */
@NullMarked
package dev.penstock.dataplane.store.file;

import org.jspecify.annotations.NullMarked;
