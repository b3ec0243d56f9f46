package dev.penstock.api;

import java.util.List;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Permit;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreSpec;

import static org.assertj.core.api.Assertions.assertThat;

class PermitCheckTest {
    private static final Permit PERMIT = new Permit(List.of("/usr/bin/camera"), List.of("/media", "/run/cams/"));

    @ParameterizedTest
    @ValueSource(strings = {"file:/media/a.ts", "file:///media/deep/a.ts", "unix:/run/cams/1.sock", "file:/media",
            "file:/media/a%20b.ts", "file://host/media/a.ts", "http://a/b",
            "udp://239.0.0.1:5000"})
    void shouldAllowWhatLiesInAPermittedFolder(String url) {
        assertThat(PermitCheck.stream(url(url), PERMIT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/media/../etc/passwd", "file:/mediatheque/a.ts", "file:media/a.ts",
            "unix:/run/cams2/x", "file:/", "unix://run/cams/x", "file:/media/%2e%2e/etc/passwd", "FILE:/etc/passwd",
            "file:/media/a%00b"})
    void shouldRefuseWhatDoesNot(String url) {
        assertThat(PermitCheck.stream(url(url), PERMIT)).hasValueSatisfying(message -> assertThat(message)
                .startsWith("spec.source.pull.urls[0].url: ")
                .endsWith("(expected: below one of MediaPool spec.permit.folders [/media, /run/cams/])"));
    }

    @Test
    void shouldAllowNothingByDefault() {
        assertThat(PermitCheck.stream(url("file:/media/a.ts"), null)).isPresent();
        assertThat(PermitCheck.stream(url("file:/media/a.ts"), new Permit(null, null))).isPresent();
    }

    @Test
    void shouldCompareWholeProgramsAndLookAtEverySource() {
        assertThat(PermitCheck.stream(spec("{command: [/usr/bin/camera, -v]}"), PERMIT)).isEmpty();
        assertThat(PermitCheck.stream(spec("{command: [ffmpeg, -i, x]}"),
                new Permit(List.of("/usr/local/bin/ffmpeg"), List.of()))).as("the bundled one, by its short name")
                .isEmpty();
        assertThat(PermitCheck.stream(spec("{command: [ffmpeg, -i, x]}"),
                new Permit(List.of("/opt/ffmpeg"), List.of()))).isPresent();
        assertThat(PermitCheck.stream(spec("{url: \"http://a/b\"}, {command: [camera]}"), PERMIT))
                .contains(
                        "spec.source.pull.urls[1].command: camera (expected: one of MediaPool spec.permit.programs [/usr/bin/camera])");
    }

    @Test
    void shouldCheckStores() {
        assertThat(PermitCheck.store(store("file: {path: /media/rec}"), PERMIT)).isEmpty();
        assertThat(PermitCheck.store(store("file: {path: rec}"), PERMIT)).isPresent();
        assertThat(PermitCheck.store(store("s3: {bucket: b}"), null)).isEmpty();
    }

    private static LiveStreamSpec url(String url) {
        return spec("{url: \"" + url + "\"}");
    }

    private static LiveStreamSpec spec(String urls) {
        return Serialization.unmarshal("spec: {source: {pull: {urls: [" + urls + "]}}}", LiveStream.class).getSpec();
    }

    private static ObjectStoreSpec store(String yaml) {
        return Serialization.unmarshal("spec: {" + yaml + "}", ObjectStore.class).getSpec();
    }
}
