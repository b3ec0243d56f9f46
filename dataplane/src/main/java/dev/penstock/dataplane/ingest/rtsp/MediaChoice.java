package dev.penstock.dataplane.ingest.rtsp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.media.Codec;

/**
 * What is taken of what a camera offers.
 *
 * @param media to be set up: at most one of video first, then at most one of audio
 * @param notes what people should know: audio that is left out or coded anew
 * @param refusal why nothing can be taken
 */
record MediaChoice(List<Sdp.Media> media, List<String> notes, Optional<String> refusal) {
    private static final String SERVED_AUDIO = "AAC, Opus or G.711";

    static MediaChoice of(Sdp sdp, boolean dropG711) {
        List<Sdp.Media> videos = sdp.media().stream().filter(medium -> medium.kind().equals("video")).toList();
        Optional<Sdp.Media> video = videos.stream()
                .filter(medium -> medium.format().codec().filter(Codec::isVideo).isPresent()).findFirst();
        if (video.isEmpty() && !videos.isEmpty()) {
            return refused(
                    "sends " + name(videos.getFirst()) + " video, which is not served (expected: H.264 or H.265)");
        }
        List<Sdp.Media> chosen = new ArrayList<>(video.stream().toList());
        List<String> notes = new ArrayList<>();
        List<Sdp.Media> audios = sdp.media().stream().filter(medium -> medium.kind().equals("audio")).toList();
        Optional<Sdp.Media> audio = audios.stream()
                .filter(medium -> medium.format().codec().filter(codec -> !codec.isVideo()).isPresent()).findFirst();
        if (audio.isEmpty() && !audios.isEmpty()) {
            notes.add("audio is left out: " + name(audios.getFirst()) + " is not served (expected: " + SERVED_AUDIO
                    + ")");
        }
        audio.ifPresent(medium -> {
            if (medium.format().isG711() && dropG711) {
                notes.add("audio is left out: " + name(medium) + ", and spec.audio is Drop");
                return;
            }
            chosen.add(medium);
            if (medium.format().isG711()) {
                notes.add("audio becomes AAC: " + name(medium));
            }
        });
        if (chosen.isEmpty()) {
            return refused("offers nothing that is served (expected: H.264 or H.265 video, or " + SERVED_AUDIO
                    + " audio)");
        }
        return new MediaChoice(List.copyOf(chosen), List.copyOf(notes), Optional.empty());
    }

    private static MediaChoice refused(String why) {
        return new MediaChoice(List.of(), List.of(), Optional.of(why));
    }

    private static String name(Sdp.Media medium) {
        String encoding = medium.format().encoding();
        return switch (encoding) {
            case "" -> "unnamed";
            case "JPEG" -> "MJPEG";
            case "PCMU" -> "G.711 (PCMU)";
            case "PCMA" -> "G.711 (PCMA)";
            default -> RtspAnswer.printable(encoding);
        };
    }
}
