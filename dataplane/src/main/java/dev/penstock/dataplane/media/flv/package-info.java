/**
 * Bodies of FLV audio and video tags, as RTMP carries them, made into tracks and access units, and of such. Start at
 * {@link dev.penstock.dataplane.media.flv.FlvReader} and {@link dev.penstock.dataplane.media.flv.FlvWriter}.
 */
@NullMarked
package dev.penstock.dataplane.media.flv;

import org.jspecify.annotations.NullMarked;
