/**
 * Parameter sets of H.264 and H.265 as they come in band. Start at {@link dev.penstock.dataplane.media.nal.ParameterSets}.
 */
@NullMarked
package dev.penstock.dataplane.media.nal;

import org.jspecify.annotations.NullMarked;
