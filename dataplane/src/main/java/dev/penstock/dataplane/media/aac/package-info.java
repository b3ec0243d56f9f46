/**
 * Headers of AAC (ISO/IEC 14496-3). Start at {@link dev.penstock.dataplane.media.aac.AudioSpecificConfig} and
 * {@link dev.penstock.dataplane.media.aac.AdtsHeader}.
 */
@NullMarked
package dev.penstock.dataplane.media.aac;

import org.jspecify.annotations.NullMarked;
