package dev.penstock.dataplane.resource.schema;

/** A file is not YAML that this program reads. The message quotes nothing of the file, for it may hold secrets. */
public final class YamlException extends Exception {
    private final int line;

    YamlException(int line, String message) {
        super(message);
        this.line = line;
    }

    /** Where, counted from 1; 0 when it concerns the whole file. */
    public int line() {
        return line;
    }
}
