package dev.penstock.dataplane.ingest.rtmp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What both sides say of themselves in connect (RTMP 1.0, 7.2.1.1; Enhanced RTMP v2, "Enhancing NetConnection connect Command"). */
final class Capabilities {
    private static final List<String> VIDEO = List.of("avc1", "hvc1", "av01");
    private static final List<String> AUDIO = List.of("mp4a", "Opus", ".mp3", "ac-3");
    /** CanForward: taken as it is. */
    private static final double CAN_FORWARD = 4;
    private static final int RECONNECT = 1;
    /** Multitrack and ModEx. */
    private static final int CAPS_EX = 2 | 4;

    private Capabilities() {}

    /** Whether a client's connect says that it obeys a reconnect request. */
    static boolean reconnects(Command connect) {
        return connect.argument(0) instanceof AmfValue.Fields fields
                && fields.values().get("capsEx") instanceof AmfValue.Number caps
                && ((long) caps.value() & RECONNECT) != 0;
    }

    /** Asks a client to connect anew, to the same URL (Enhanced RTMP v2, "Reconnect Request"). */
    static Command reconnect(String description) {
        return status(true, "NetConnection.Connect.ReconnectRequest", description);
    }

    /** Adds what we take beyond RTMP 1.0, as a client. */
    static Map<String, AmfValue> enhanced(Map<String, AmfValue> fields) {
        return enhanced(fields, CAPS_EX);
    }

    private static Map<String, AmfValue> enhanced(Map<String, AmfValue> fields, int capabilities) {
        fields.put("fourCcList", new AmfValue.Items(
                java.util.stream.Stream.concat(VIDEO.stream(), AUDIO.stream()).map(AmfValue::of).toList()));
        fields.put("videoFourCcInfoMap", map(VIDEO));
        fields.put("audioFourCcInfoMap", map(AUDIO));
        fields.put("capsEx", AmfValue.of(capabilities));
        return fields;
    }

    private static AmfValue map(List<String> codes) {
        Map<String, AmfValue> map = new LinkedHashMap<>();
        codes.forEach(code -> map.put(code, AmfValue.of(CAN_FORWARD)));
        return new AmfValue.Fields(map);
    }

    /** The answer to connect. */
    static Command connected(Command connect) {
        Map<String, AmfValue> properties = new LinkedHashMap<>();
        properties.put("fmsVer", AmfValue.of("FMS/3,5,7,7009"));
        properties.put("capabilities", AmfValue.of(31));
        Map<String, AmfValue> information = new LinkedHashMap<>();
        information.put("level", AmfValue.of("status"));
        information.put("code", AmfValue.of("NetConnection.Connect.Success"));
        information.put("description", AmfValue.of("Connected"));
        information.put("objectEncoding", AmfValue.of(0));
        return Command.of("_result", connect.transaction(),
                new AmfValue.Fields(enhanced(properties, RECONNECT | CAPS_EX)),
                new AmfValue.Fields(enhanced(information, RECONNECT | CAPS_EX)));
    }

    /** An onStatus command. */
    static Command status(boolean good, String code, String description) {
        Map<String, AmfValue> information = new LinkedHashMap<>();
        information.put("level", AmfValue.of(good ? "status" : "error"));
        information.put("code", AmfValue.of(code));
        information.put("description", AmfValue.of(description));
        return Command.of("onStatus", 0, AmfValue.NULL, new AmfValue.Fields(information));
    }
}
