import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers the questions of {@code stress run}, for buyers that are a Java program. Java 11 or later, and nothing else.
 *
 * <pre>{@code
 * StressDriver.serve(question -> {      // question.buyer, question.quantity, question.sale, …
 *     …
 *     return StressDriver.Answer.won().remaining(4).unit("A12");
 * });
 * }</pre>
 *
 * Standard output belongs to the answers: what System.out prints goes to standard error, which stress keeps in the run's folder.
 */
public final class StressDriver {
    private static final List<String> OUTCOMES =
        List.of("won", "sold-out", "conflict", "duplicate", "returned", "failed", "unknown");
    private static final Pattern NUMBER = Pattern.compile("\"(id|buyer|purchase|attempt|quantity|units)\":(-?[0-9]+)");
    private static final Pattern SALE = Pattern.compile("\"sale\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private StressDriver() {}

    /** Who wants to buy. */
    public static final class Question {
        public final long id, buyer, purchase, attempt, quantity, units;
        public final String sale;

        Question(String line) {
            Map<String, Long> numbers = new LinkedHashMap<>();
            Matcher number = NUMBER.matcher(line);
            while (number.find()) numbers.putIfAbsent(number.group(1), Long.parseLong(number.group(2)));
            id = numbers.get("id");
            buyer = numbers.get("buyer");
            purchase = numbers.get("purchase");
            attempt = numbers.get("attempt");
            quantity = numbers.get("quantity");
            units = numbers.get("units");
            Matcher text = SALE.matcher(line);
            sale = text.find() ? text.group(1) : "";
        }
    }

    /** What became of it. */
    public static final class Answer {
        private final Map<String, Object> fields = new LinkedHashMap<>();

        private Answer(String outcome) { fields.put("outcome", outcome); }

        public static Answer of(String outcome) {
            if (!OUTCOMES.contains(outcome)) {
                throw new IllegalArgumentException(outcome + " is no outcome; known: " + String.join(", ", OUTCOMES));
            }
            return new Answer(outcome);
        }

        public static Answer won() { return of("won"); }
        public static Answer soldOut() { return of("sold-out"); }

        /** The units that were left. */
        public Answer remaining(long units) { return with("remaining", units); }

        /** The name of the unit that was sold. */
        public Answer unit(String name) { return with("unit", name); }

        /** A field of any name, a number or a text, for outcomes: in the strategy file. */
        public Answer with(String field, Object value) {
            fields.put(field, value);
            return this;
        }

        String line(long id) {
            StringBuilder json = new StringBuilder("{\"id\":").append(id);
            fields.forEach((name, value) -> {
                json.append(',').append(quoted(name)).append(':');
                json.append(value instanceof Number ? value.toString() : quoted(String.valueOf(value)));
            });
            return json.append('}').toString();
        }

        private static String quoted(String text) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char sign : text.toCharArray()) {
                if (sign == '"' || sign == '\\') quoted.append('\\').append(sign);
                else if (sign < ' ') quoted.append(String.format("\\u%04x", (int) sign));
                else quoted.append(sign);
            }
            return quoted.append('"').toString();
        }
    }

    /** Buys, or says why not. What it throws is {@code unknown}, since nobody knows what had happened before. */
    public interface Buyer {
        Answer buy(Question question) throws Exception;
    }

    /** Where the Redis of the run is: the value of STRESS_REDIS_URL. */
    public static String redisURL() { return System.getenv("STRESS_REDIS_URL"); }

    /** Answers one question after the other, until there are no more. */
    public static void serve(Buyer buyer) throws IOException { serve(buyer, 1); }

    /** Answers with several threads, which all call the buyer at once ({@code concurrent: true} in the strategy file). */
    public static void serve(Buyer buyer, int threads) throws IOException {
        PrintStream answers =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8.name());
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ExecutorService pool = threads > 1 ? Executors.newFixedThreadPool(threads) : null;
        String line;
        while ((line = lines.readLine()) != null) {
            String question = line;
            if (pool == null) answer(buyer, question, answers);
            else pool.execute(() -> answer(buyer, question, answers));
        }
        if (pool != null) pool.shutdown();
    }

    private static void answer(Buyer buyer, String line, PrintStream answers) {
        Question question = new Question(line);
        Answer answer;
        try {
            answer = buyer.buy(question);
        } catch (Exception problem) {
            problem.printStackTrace();
            answer = Answer.of("unknown").with("error", problem.toString());
        }
        synchronized (answers) {
            answers.print(answer.line(question.id) + "\n");
            answers.flush();
        }
    }
}
