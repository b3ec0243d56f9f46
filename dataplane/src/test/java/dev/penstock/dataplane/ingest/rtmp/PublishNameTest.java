package dev.penstock.dataplane.ingest.rtmp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PublishNameTest {
    @ParameterizedTest
    @CsvSource(emptyValue = "", value = {"live,'',ns/name?key=K", "live/ns,'',name?key=K", "live/ns/name,'',?key=K",
            "live/ns/name?key=K,'',''", "live/ns?key=K,'',name", "live?key=K,'',ns/name",
            "live/ns,rtmp://h/live/ns?key=K,name", "/live/,'',/ns/name/?x=1&key=K&y=2",
            "live/ns,rtmp://h/?key=old,name?key=K",
            "live/ns?key=old,'',name?key=K", "live/ns,'',name?key=%4B"})
    void shouldFindNameAndKeyWhereverTheClientCut(String application, String tcUrl, String stream) {
        assertThat(PublishName.parse(application, tcUrl, stream)).contains(new PublishName("ns", "name", "K"));
    }

    @ParameterizedTest
    @CsvSource(emptyValue = "", value = {"live,'',name", "app/ns,'',name", "live/ns,'',name/more", "'','',''",
            "live/NS,'',name",
            "live/ns,'',na me", "live/ns/name,'',secret", "live/ns,'',../name"})
    void shouldRefuseWhatIsNoStream(String application, String tcUrl, String stream) {
        assertThat(PublishName.parse(application, tcUrl, stream)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"name?key=a+b%2Bc,a+b+c", "name?key=%zz,%zz", "name?key=,''", "name?other=1,", "name,"})
    void shouldReadTheKeyAsItWasMeant(String stream, String key) {
        PublishName name = PublishName.parse("live/ns", "", stream).orElseThrow();

        assertThat(name.key()).isEqualTo(key);
        assertThat(name.toString()).isEqualTo("ns/name");
    }
}
