package dev.penstock.operator.telemetry;

/**
 * What an Event says.
 *
 * @param isWarning true when something turned bad, false when it healed
 * @param reason one CamelCase word for programs
 * @param message a sentence for people; never holds a secret
 */
record Note(boolean isWarning, String reason, String message) {}
