package dev.penstock.dataplane.app;

import java.util.concurrent.CountDownLatch;

import dev.penstock.dataplane.telemetry.Logging;

/** Waits for the signal that ends the process (SIGTERM, Ctrl-C), and ends it in order. */
final class StopSignal {
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param stop what is done before the process ends */
    StopSignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.run();
            Logging.stop();
            stopped.countDown();
        }, "stop"));
    }

    /** Returns when all has been stopped. */
    void await() throws InterruptedException {
        stopped.await();
    }
}
