package dev.penstock.dataplane.ingest.rtmp;

import dev.penstock.dataplane.ingest.input.SourceUrl;

/** Tells application and stream apart in the URL of a source. Pure. */
final class RtmpUrl {
    private RtmpUrl() {}

    /**
     * As FFmpeg does: of three parts or more the first two are the application, of two the first; the query goes with the stream.
     *
     * @param parameters appended to the application; empty or a query
     */
    static ClientSession.Target target(SourceUrl url, String parameters) {
        String path = url.path().replaceFirst("^/+", "");
        int slash = path.indexOf('/');
        int second = slash < 0 ? -1 : path.indexOf('/', slash + 1);
        int cut = second < 0 ? slash : second;
        String application = cut < 0 ? path : path.substring(0, cut);
        String stream = cut < 0 ? "" : path.substring(cut + 1);
        String query = url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery();
        return new ClientSession.Target(application + parameters,
                url.scheme() + "://" + url.authority() + "/" + application + parameters, stream + query,
                ClientSession.Purpose.PLAY);
    }
}
