package dev.penstock.dataplane.vod;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.vod.storage.FileVersion;
import dev.penstock.dataplane.vod.storage.SourceFile;
import dev.penstock.dataplane.vod.title.Title;
import dev.penstock.dataplane.vod.title.TitleView;

/**
 * A file that is open, with its index. Shared: each user retains it and releases it once; the last one closes the file. Any thread.
 */
public final class OpenTitle {
    private static final Logger LOG = LoggerFactory.getLogger(OpenTitle.class);
    /** Changes when the same file is cut in another way, since segments are kept for ever by their URL. */
    private static final String CUT = "1";

    private final SourceFile file;
    private final Title title;
    private final AtomicInteger users = new AtomicInteger(1);

    /** @param file closed with this */
    OpenTitle(SourceFile file, Title title) {
        this.file = file;
        this.title = title;
    }

    /** What its bytes are read from, as long as it is retained. */
    public SourceFile file() {
        return file;
    }

    /** What it holds. */
    public Title title() {
        return title;
    }

    /** What the file was when it was opened. */
    public FileVersion version() {
        return file.version();
    }

    /** Names what the file is, in URLs. */
    String tag() {
        return CUT + version().tag();
    }

    TitleView view() {
        return new TitleView(title, tag());
    }

    /** One more user; false when the last one has gone. */
    public boolean retain() {
        return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    /** One user less. */
    public void release() {
        if (users.decrementAndGet() == 0) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("File cannot be closed");
            }
        }
    }
}
