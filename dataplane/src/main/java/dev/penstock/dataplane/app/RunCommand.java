package dev.penstock.dataplane.app;

import java.io.Console;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.penstock.dataplane.access.TrustedProxies;
import dev.penstock.dataplane.resource.DirectorySource;
import dev.penstock.dataplane.telemetry.Logging;

/** Serves the resources of a folder, without Kubernetes. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Serves the resources in a folder, and follows its changes.")
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "folder with resources, *.yaml and *.yml")
    private Path directory = Path.of(".");
    @Option(names = "--http", paramLabel = "PORT", defaultValue = "8080", converter = ListenAddress.class, description = "where to listen: a port, or address:port (default: ${DEFAULT-VALUE})")
    private InetSocketAddress http = new InetSocketAddress(8080);
    @Mixin
    private PublishAddresses publishing = new PublishAddresses();
    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "folder for the spool and for file stores (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");
    @Option(names = "--trusted-proxies", paramLabel = "LIST", defaultValue = "none", converter = ProxyOption.class, description = "from whom X-Forwarded-For is believed: none, private, addresses or networks such as 10.0.0.0/8, comma separated (default: ${DEFAULT-VALUE})")
    private TrustedProxies trusted = TrustedProxies.NONE;
    @Option(names = "--loops", paramLabel = "N", description = "event loops (default: one per processor)")
    private int loops = Runtime.getRuntime().availableProcessors();
    @Option(names = "--log", paramLabel = "FORMAT", description = "text or json (default: text on a terminal, else json)")
    private Logging.@Nullable Format log;
    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = "info", description = "error, warn, info, debug or trace (default: ${DEFAULT-VALUE})")
    private String level = "info";

    @Override
    public Integer call() throws Exception {
        Logging.configure(log == null ? defaultFormat() : log, level);
        Node node = Node
                .start(new NodeSettings(new DirectorySource(directory), http, null, publishing.chosen(http),
                        data.toAbsolutePath().normalize(),
                        loops, "standalone", () -> 0L, null, NodeSettings.Admission.ALL, trusted, null));
        StopSignal signal = new StopSignal(node::stop);
        System.out.println("Penstock plays at http://localhost:" + node.address().getPort() + "/");
        signal.await();
        return 0;
    }

    private static Logging.Format defaultFormat() {
        Console console = System.console();
        return console != null && console.isTerminal() ? Logging.Format.TEXT : Logging.Format.JSON;
    }
}
