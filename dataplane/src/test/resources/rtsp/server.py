"""An RTSP server that is not ours (GStreamer's gst-rtsp-server), with a path for each kind of camera.

Prints the port it listens at, then serves until its standard input ends.
  server.py [USER PASSWORD]    with a user: asks for it by Digest
"""
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)

VIDEO = "videotestsrc is-live=true pattern=smpte ! video/x-raw,width=320,height=240,framerate=25/1 ! "
TONE = "audiotestsrc is-live=true wave=ticks ! audio/x-raw,rate=48000,channels=2 ! audioconvert ! "
VOICE = "audiotestsrc is-live=true wave=sine ! audio/x-raw,rate=8000,channels=1 ! "
X264 = "x264enc speed-preset=ultrafast key-int-max=25 bitrate=300 "
PLAIN = VIDEO + X264 + "tune=zerolatency ! rtph264pay name=pay0 pt=96 "
# A tone at the begin of each second, of the clock that gives PLAIN its key frames.
TICKS = "audiotestsrc is-live=true wave=ticks freq=1000 sine-periods-per-tick=50 ! "
AAC = TONE + "voaacenc ! aacparse ! "

PATHS = {
    "/h264-aac": PLAIN + AAC + "rtpmp4gpay name=pay1 pt=97",
    "/h264-latm": PLAIN + AAC + "rtpmp4apay name=pay1 pt=97",
    "/h264-opus": PLAIN + TONE + "opusenc ! rtpopuspay name=pay1 pt=97",
    "/h264-pcma": PLAIN + VOICE + "alawenc ! rtppcmapay name=pay1",
    "/h264-pcmu": PLAIN + VOICE + "mulawenc ! rtppcmupay name=pay1",
    "/bframes": VIDEO + "x264enc speed-preset=faster bframes=3 b-adapt=false key-int-max=25 bitrate=300 ! video/x-h264,profile=main ! "
    + "rtph264pay name=pay0 pt=96 " + AAC + "rtpmp4gpay name=pay1 pt=97",
    "/h265-aac": VIDEO + "x265enc speed-preset=ultrafast key-int-max=25 bitrate=300 tune=zerolatency ! h265parse ! rtph265pay name=pay0 pt=96 "
    + AAC + "rtpmp4gpay name=pay1 pt=97",
    "/h265-bframes": VIDEO + "x265enc speed-preset=superfast key-int-max=25 bitrate=300 option-string=bframes=3 ! h265parse ! "
    + "rtph265pay name=pay0 pt=96",
    "/sync-aac": PLAIN + TICKS + "audio/x-raw,rate=48000,channels=2 ! voaacenc ! aacparse ! rtpmp4gpay name=pay1 pt=97",
    "/sync-pcma": PLAIN + TICKS + "audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1",
    "/mjpeg": VIDEO.replace("raw,", "raw,format=I420,") + "jpegenc ! rtpjpegpay name=pay0",
    "/audio": AAC + "rtpmp4gpay name=pay0 pt=97",
}

server = GstRtspServer.RTSPServer()
server.set_service("0")
server.set_address("127.0.0.1")
mounts = server.get_mount_points()

if len(sys.argv) > 2:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    auth.add_digest(sys.argv[1], sys.argv[2], token)
    server.set_auth(auth)

for path, pipeline in PATHS.items():
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch("( " + pipeline + " )")
    factory.set_shared(True)
    if len(sys.argv) > 2:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
    mounts.add_factory(path, factory)

server.attach(None)
print(server.get_bound_port(), flush=True)
loop = GLib.MainLoop()


def wait():
    sys.stdin.read()
    loop.quit()


threading.Thread(target=wait, daemon=True).start()
loop.run()
