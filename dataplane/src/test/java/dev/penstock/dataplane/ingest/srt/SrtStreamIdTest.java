package dev.penstock.dataplane.ingest.srt;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SrtStreamIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"publish:ns/cam:key", "publish:/ns/cam:key", "#!::r=ns/cam,m=publish,s=key",
            "#!::m=publish,u=me,h=host,t=stream,key=key,r=/ns/cam,x-other=1"})
    void shouldReadAllForms(String text) throws SrtStreamId.MalformedException {
        assertThat(SrtStreamId.read(text)).isEqualTo(new SrtStreamId("ns", "cam", "key", false));
        assertThat(SrtStreamId.read(SrtStreamId.relayed(text))).isEqualTo(new SrtStreamId("ns", "cam", "key", true));
    }

    @Test
    void shouldTakeTheKeyAsItIs() throws SrtStreamId.MalformedException {
        assertThat(SrtStreamId.read("publish:ns/a.b:k:e/y,=%20").key()).isEqualTo("k:e/y,=%20");
        assertThat(SrtStreamId.read("#!::m=publish,r=ns/a,s=k=:y").key()).isEqualTo("k=:y");
        assertThat(SrtStreamId.read("publish:ns/cam").key()).isNull();
        assertThat(SrtStreamId.read("publish:ns/cam:").key()).isNull();
        assertThat(SrtStreamId.read("publish:ns/cam:secret").toString()).isEqualTo("publish:ns/cam");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {"|1400|no stream id", "live|1400|stream id of another form",
            "read:ns/cam|1405|stream id of another form", "publish:cam:key|1400|stream id without namespace and name",
            "publish:ns/a/b:key|1400|stream id without namespace and name",
            "publish:NS/cam|1400|stream id without namespace and name",
            "#!::r=ns/cam|1405|stream id without m=publish or with another t than stream",
            "#!::m=publish,t=file,r=ns/cam|1405|stream id without m=publish or with another t than stream",
            "#!::m=publish|1400|stream id without r", "relayed:relayed:publish:ns/cam|1400|stream id of another form"})
    void shouldSayWhatIsWrong(String text, int code, String message) {
        assertThatThrownBy(() -> SrtStreamId.read(text == null ? "" : text))
                .hasMessage(message + " (expected: publish:{namespace}/{name}:{key})")
                .isInstanceOfSatisfying(SrtStreamId.MalformedException.class,
                        e -> assertThat(e.code()).isEqualTo(code));
    }

    @Property(tries = 5000)
    void shouldEndWithAnIdOrARefusal(@ForAll("ids") String text) {
        try {
            SrtStreamId id = SrtStreamId.read(text);
            assertThat(id.namespace() + "/" + id.name()).matches("[-a-z0-9./]+").isSubstringOf(text);
        } catch (SrtStreamId.MalformedException e) {
            assertThat(e.getMessage()).hasSizeLessThan(150);
        }
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries
                .oneOf(Arbitraries.of("publish:", "#!::", "relayed:", "r=", "m=publish", ",", "s=", "key=", "t=",
                        "ns/cam", "/", ":", "="), Arbitraries.strings().ofMaxLength(4))
                .list().ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }
}
