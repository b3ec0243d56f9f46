package dev.penstock.operator.status;

/** What a reconciler found out about one phase of a resource. */
public sealed interface Verdict {
    /** One CamelCase word for programs. */
    String reason();

    /** A sentence for people; never holds a secret. */
    String message();

    /** The phase is done. */
    record Done(String reason, String message) implements Verdict {}

    /** Not yet, and nothing is wrong: an event will come. */
    record NotYet(String reason, String message) implements Verdict {}

    /** Something that the resource refers to is not there: not yet for a while, then wrong; heals when it appears. */
    record Missing(String reason, String message) implements Verdict {}

    /** The resource can never work as it is. */
    record Wrong(String reason, String message) implements Verdict {}
}
