/**
 * Bodies of FLV audio and video tags, as RTMP carries them, made into tracks and access units. Start at
 * {@link dev.penstock.dataplane.media.flv.FlvReader}.
 */
@NullMarked
package dev.penstock.dataplane.media.flv;

import org.jspecify.annotations.NullMarked;
