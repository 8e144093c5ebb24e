import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

// Tells how an application on Java understands a request: the path as a servlet container makes it (parameters of segments away, decoded, dots resolved:
// the order of Tomcat), and the headers by the names of CGI.
public class Application {
    public static void main(String[] arguments) throws Exception {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
        server.createContext("/", exchange -> {
            var target = exchange.getRequestURI().toString();
            var text = new StringBuilder("target: " + target + "\npath: " + path(target) + "\n");
            exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value ->
                text.append("HTTP_").append(name.toUpperCase().replace('-', '_')).append(": ").append(value).append('\n')));
            var body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    private static String path(String target) {
        try {
            var path = target.split("[?#]", 2)[0].replaceAll(";[^/]*", "");
            path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8).replace('\\', '/').replaceAll("/+", "/");
            return new URI(null, null, path, null).normalize().getPath();
        } catch (Exception unreadable) {
            return "/not-a-path";
        }
    }
}
