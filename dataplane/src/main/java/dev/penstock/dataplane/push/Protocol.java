package dev.penstock.dataplane.push;

/** How a server is reached, with or without TLS. */
public enum Protocol {
    /** One lasting POST of MPEG-TS. */
    HTTP,
    /** Published by RTMP. */
    RTMP,
    /** Called by SRT, with MPEG-TS. */
    SRT
}
