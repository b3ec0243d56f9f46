package dev.penstock.dataplane.http;

/** A request's body on its way to who takes it. Owned by the connection's event loop. */
final class Upload implements BodyFlow {
    private final BodySink sink;
    private final Runnable resumed;
    private boolean paused;

    /** @param resumed runs when more may come */
    Upload(BodySink sink, Runnable resumed) {
        this.sink = sink;
        this.resumed = resumed;
    }

    BodySink sink() {
        return sink;
    }

    boolean isPaused() {
        return paused;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            resumed.run();
        }
    }
}
