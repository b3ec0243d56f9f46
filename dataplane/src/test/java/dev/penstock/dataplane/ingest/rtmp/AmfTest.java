package dev.penstock.dataplane.ingest.rtmp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AmfTest {
    private static ByteBuf hex(String text) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(text.replace(" ", "")));
    }

    @Test
    void shouldReadWhatItWrites() {
        Map<String, AmfValue> fields = new LinkedHashMap<>();
        fields.put("app", AmfValue.of("live/ü"));
        fields.put("long", AmfValue.of("x".repeat(70_000)));
        fields.put("number", AmfValue.of(1.5));
        fields.put("list", new AmfValue.Items(List.of(new AmfValue.Bool(true), AmfValue.NULL)));
        List<AmfValue> values = List.of(AmfValue.of("connect"), AmfValue.of(1), new AmfValue.Fields(fields));

        assertThat(AmfDecoder.values(AmfWriter.write(Unpooled.buffer(), values))).isEqualTo(values);
    }

    @Test
    void shouldReadMarkersThatItDoesNotWrite() {
        List<AmfValue> values = AmfDecoder.values(hex("08 00000001 0001 61 0101 0000 09" + "0b 0000000000000000 0000"
                + "10 0001 54 0001 62 06 0000 09" + "07 0001" + "0f 00000001 78"));

        assertThat(values).extracting(Object::getClass).containsExactly(AmfValue.Fields.class, AmfValue.Number.class,
                AmfValue.Fields.class, AmfValue.Null.class, AmfValue.Text.class);
        assertThat(values.getFirst().has("a")).isTrue();
        assertThat(values.get(2).has("b")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"02 0005 61|AMF ends in the middle of a value",
            "0c ffffffff 61|AMF ends in the middle of a value", "11 01|AMF marker 17 (expected: a value of AMF 0)",
            "0a 7fffffff 05|AMF ends in the middle of a value", "03 0001 61|AMF ends in the middle of a value"})
    void shouldSayWhatIsWrong(String bytes, String message) {
        assertThatThrownBy(() -> AmfDecoder.values(hex(bytes))).isInstanceOf(RtmpFault.class).hasMessage(message);
    }

    @Test
    void shouldBoundDepthAndCount() {
        assertThatThrownBy(() -> AmfDecoder.values(hex("0a 00000001".repeat(20))))
                .hasMessage("AMF nested deeper than 8");
        assertThatThrownBy(() -> AmfDecoder.values(hex("05".repeat(3000))))
                .hasMessage("more than 2000 AMF values in a message");
    }

    @Property(tries = 3000)
    void shouldTakeAnyBytes(@ForAll byte[] bytes) {
        try {
            AmfDecoder.values(Unpooled.wrappedBuffer(bytes));
        } catch (RtmpFault fault) {
            assertThat(fault.reason()).isNotEmpty();
        }
    }
}
