package dev.penstock.dataplane.ffmpeg;

import java.util.ArrayList;
import java.util.List;

import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.ffmpeg.ffprobe;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * The FFmpeg programs that come with Penstock (the LGPL build). In an image they lie in the folder that the system property
 * {@code penstock.ffmpeg} names. Elsewhere they are unpacked at the first use, into JavaCPP's cache folder (system property
 * {@code org.bytedeco.javacpp.cachedir}, else {@code ~/.javacpp/cache}): half a second once, so not for an event loop.
 */
public final class FfmpegPrograms {
    private static final @Nullable String FOLDER = System.getProperty("penstock.ffmpeg");

    private FfmpegPrograms() {}

    /**
     * A process to start: the command as {@link #resolve} makes it, which finds the libraries that lie beside a program that was
     * unpacked. May block to unpack.
     *
     * @param command argument list, program first
     * @throws IllegalStateException when there is no FFmpeg for this platform
     */
    public static ProcessBuilder process(List<String> command) {
        return process(command, FOLDER);
    }

    static ProcessBuilder process(List<String> command, @Nullable String folder) {
        List<String> resolved = resolve(command, folder);
        ProcessBuilder builder = new ProcessBuilder(resolved);
        if (folder == null && !resolved.equals(command)) {
            // The programs know where their own libraries are, but those do not know where theirs are (libva-drm wants libdrm).
            builder.environment().merge("LD_LIBRARY_PATH",
                    resolved.getFirst().substring(0, resolved.getFirst().lastIndexOf('/')),
                    (others, beside) -> beside + ":" + others);
        }
        return builder;
    }

    /**
     * Replaces a bare {@code ffmpeg} or {@code ffprobe} as the first word by the path of the program that comes with
     * Penstock; any other command stays as it is.
     *
     * @param command argument list, program first
     * @throws IllegalStateException when there is no FFmpeg for this platform
     */
    public static List<String> resolve(List<String> command) {
        return resolve(command, FOLDER);
    }

    static List<String> resolve(List<String> command, @Nullable String folder) {
        if (command.isEmpty()) {
            return command;
        }
        String word = command.getFirst();
        String program = switch (word) {
            case "ffmpeg" -> folder == null ? unpack(ffmpeg.class) : folder + "/" + word;
            case "ffprobe" -> folder == null ? unpack(ffprobe.class) : folder + "/" + word;
            default -> word;
        };
        List<String> resolved = new ArrayList<>(command);
        resolved.set(0, program);
        return List.copyOf(resolved);
    }

    private static String unpack(Class<?> program) {
        try {
            return Loader.load(program);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "no " + program.getSimpleName() + " for the platform " + Loader.getPlatform()
                            + " (expected: linux-x86_64)",
                    e);
        }
    }
}
