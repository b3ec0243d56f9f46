#!/bin/sh
# Makes the media of this folder. Needs an ffmpeg with libx264 and libx265.
set -eu
ff() { ffmpeg -hide_banner -loglevel error -y "$@"; }
video="-f lavfi -i testsrc2=s=160x90:r=25:d=3"
x264="-c:v libx264 -preset veryfast -g 25 -crf 40"

# shellcheck disable=SC2086
{
ff $video -f lavfi -i sine=r=44100:d=3 $x264 -bf 0 -c:a aac -b:a 24k -f mpegts h264-aac.ts
# Other PIDs, and clocks that wrap at 33 bits after 1.7 s.
ff $video -f lavfi -i sine=r=44100:d=3 $x264 -bf 2 -c:a aac -b:a 24k -output_ts_offset 95440.6 \
   -mpegts_start_pid 0x200 -mpegts_pmt_start_pid 0x1100 -f mpegts h264-aac-wrap.ts
ff $video $x264 -bf 3 -x264-params open-gop=1:bframes=3 -f mpegts h264-bframes-opengop.ts
ff -f lavfi -i testsrc2=s=160x90:r=30000/1001:d=3 -f lavfi -i sine=r=48000:d=3 -c:v libx265 -preset ultrafast \
   -x265-params log-level=error:keyint=30 -crf 40 -c:a ac3 -b:a 64k -f mpegts h265-ac3.ts
ff -f lavfi -i testsrc2=s=176x144:r=25:d=3 -f lavfi -i sine=r=48000:d=3 -c:v mpeg2video -g 12 -q:v 20 -c:a mp2 -b:a 64k \
   -f mpegts mpeg2-mp2.ts
ff -f lavfi -i sine=r=48000:d=3 -c:a aac -b:a 32k -f mpegts aac.ts
ff -i aac.ts -t 1 -c copy -f latm aac.loas
ff -i aac.ts -t 1 -c copy aac.mp4
ff -i aac.mp4 -c copy -f mpegts -mpegts_flags +latm aac-latm.ts
rm aac.mp4
ff -f lavfi -i testsrc2=s=320x180:r=30000/1001:d=3 -f lavfi -i sine=r=48000:d=3 -c:v libx264 -preset veryfast -g 30 -bf 2 -crf 44 \
   -c:a aac -b:a 32k -f mpegts h264-ntsc-320.ts
ff -f lavfi -i sine=r=48000:d=2 -c:a libopus -b:a 16k -f mpegts opus.ts
mp4="-f lavfi -i testsrc2=size=320x180:rate=25 -f lavfi -i sine=frequency=880:sample_rate=48000 -t 2 -pix_fmt yuv420p -c:a aac -b:a 32k"
ff $mp4 -c:v libx264 -preset veryfast -b:v 60k -g 25 -bf 2 -f mp4 -movflags frag_keyframe+empty_moov+default_base_moof h264-aac.frag.mp4
ff $mp4 -c:v libx264 -preset veryfast -b:v 60k -g 25 -bf 2 -f mp4 -movflags frag_every_frame+empty_moov+negative_cts_offsets+delay_moov \
   h264-every.frag.mp4
ff $mp4 -c:v libx265 -preset ultrafast -x265-params log-level=error -b:v 60k -g 25 -tag:v hvc1 -f mp4 -movflags cmaf+frag_keyframe \
   h265-cmaf.frag.mp4
ff -f lavfi -i sine=frequency=880:sample_rate=48000 -t 2 -c:a libopus -b:a 32k -f mp4 -movflags frag_keyframe+empty_moov \
   -frag_duration 500000 opus.frag.mp4
}
ffmpeg -v error -y -f lavfi -i testsrc2=size=128x72:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000 \
    -f lavfi -i sine=frequency=880:sample_rate=48000 -t 10 -map 0 -map 1 -map 2 -c:v libx264 -preset slow -crf 38 -g 50 \
    -bf 3 -x264-params scenecut=0 -pix_fmt yuv420p -c:a aac -b:a 24k -ac 1 -metadata:s:a:0 language=eng \
    -metadata:s:a:1 language=deu -fflags +bitexact progressive-bframes.mp4
ffmpeg -v error -y -f lavfi -i testsrc2=size=128x72:rate=25 -t 8 -c:v libx265 -preset medium -crf 40 \
    -x265-params log-level=none:keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=3 -pix_fmt yuv420p -tag:v hvc1 \
    -fflags +bitexact progressive-hevc.mp4
