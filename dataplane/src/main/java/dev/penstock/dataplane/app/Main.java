package dev.penstock.dataplane.app;

import java.security.Security;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The data plane's command line. */
@Command(name = "penstock", mixinStandardHelpOptions = true, version = "penstock 0.1.0", subcommands = {
        RunCommand.class, ServeCommand.class,
        SignCommand.class}, description = "Plays and records live video described by resources.")
public final class Main {
    private Main() {}

    /** Runs a command; exit status 0 when it ended well, 1 when it failed, 2 for a wrong command line. */
    public static void main(String[] args) {
        // A pod that was replaced has another address: names are asked anew after a few seconds, also those not found.
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println("penstock: " + failure.getMessage());
            return 1;
        });
        System.exit(line.execute(args));
    }
}
