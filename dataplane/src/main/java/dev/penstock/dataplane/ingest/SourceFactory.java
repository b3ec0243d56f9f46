package dev.penstock.dataplane.ingest;

import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.media.SourceInfo;

/** One source of a stream, ready to be tried any number of times. */
interface SourceFactory {
    /** The source as people see it. */
    SourceInfo info();

    /** Whom connects go to, in lower case; empty when it is nobody: a file, a program, a port of our own. */
    String host();

    /** A new input. */
    Input create(InputSettings settings, InputEvents events);
}
