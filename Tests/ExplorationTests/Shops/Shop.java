import com.sun.net.httpserver.*;
import java.io.*;
import java.net.*;
import java.util.concurrent.*;

/** Looks and takes under a lock of the process's own. */
class Shop {
    private static final ThreadLocal<Shop> OWN = ThreadLocal.withInitial(Shop::new);
    private final Socket socket;
    private final BufferedReader in;

    private Shop() {
        try {
            socket = new Socket(System.getenv("REDIS_HOST"), Integer.parseInt(System.getenv("REDIS_PORT")));
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
        } catch (IOException e) { throw new UncheckedIOException(e); }
    }

    private String ask(String... words) throws IOException {
        var out = new StringBuilder("*" + words.length + "\r\n");
        for (var word : words) out.append("$" + word.length() + "\r\n" + word + "\r\n");
        socket.getOutputStream().write(out.toString().getBytes());
        var line = in.readLine();
        return line.startsWith("$") && !line.equals("$-1") ? in.readLine() : line.substring(1);
    }

    private static boolean take() throws IOException {
        var redis = OWN.get();
        int count = Integer.parseInt(redis.ask("GET", "count"));
        if (count > 0) redis.ask("SET", "count", String.valueOf(count - 1));
        return count > 0;
    }

    private static synchronized boolean takeAlone() throws IOException { return take(); }

    public static void main(String[] arguments) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/buy", exchange -> {
            var answer = ("{\"ok\": " + takeAlone() + "}").getBytes();
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }
}
