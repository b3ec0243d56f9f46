package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.CmafWindow;

/**
 * The streams that somebody asks for as CMAF. A stream is kept until its window has ended, which makes room for the next of its
 * name. Any thread.
 */
final class CmafStreams {
    private final Map<CmafWindow, CmafStream> streams = new ConcurrentHashMap<>();

    /** The stream of a window, which somebody asks for just now. */
    CmafStream of(CmafWindow window) {
        window.touch();
        CmafStream known = streams.get(window);
        if (known != null) {
            return known;
        }
        CmafStream added = new CmafStream(window);
        if (window.view().ended()) {
            return added;
        }
        CmafStream before = streams.putIfAbsent(window, added);
        if (before != null) {
            return before;
        }
        Runnable stop = window.onChange(view -> changed(added, view));
        added.waiters().changed();
        if (window.view().ended()) {
            streams.remove(window);
            stop.run();
        }
        return added;
    }

    /** Streams that are kept. */
    int size() {
        return streams.size();
    }

    private void changed(CmafStream stream, CmafView view) {
        if (view.ended()) {
            streams.remove(stream.window());
        }
        stream.waiters().changed();
    }
}
