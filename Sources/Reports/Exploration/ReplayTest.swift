package import FlashSale

/// A small test that makes an order again, for a project of the user's. It fails while the order goes wrong, and says so where the
/// order can no longer be made.
package enum ReplayTest: String, CaseIterable, Sendable {
    case pytest, junit, go

    /// What its file is called, beside explore.json.
    package var fileName: String {
        switch self {
        case .pytest: "test_order.py"
        case .junit: "OrderTest.java"
        case .go: "order_test.go"
        }
    }

    /// - Parameters:
    ///   - words: what `stress` is called with, up to `--replay` and the file.
    ///   - after: what follows them.
    ///   - record: whose order it is.
    package func text(words: [String], after: [String] = [], _ record: ExplorationRecord) -> String {
        let title = ForeignText.sentence(ExplorationText.sentence(record))
        return switch self {
        case .pytest: pytest(words, after, title)
        case .junit: junit(words, after, title)
        case .go: goTest(words, after, title)
        }
    }

    /// As a literal that all three languages read alike.
    private static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case "\n": literal += "\\n"
            case "\t": literal += "\\t"
            case " "..."~": literal.unicodeScalars.append(scalar)
            default:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return literal + "\""
    }

    private func rest(_ words: [String]) -> String { words.isEmpty ? "" : ", " + list(words) }

    private func list(_ words: [String]) -> String { words.map(Self.literal).joined(separator: ", ") }

    private func pytest(_ words: [String], _ after: [String], _ title: String) -> String {
        """
        # \(title)
        # Written by stress explore; explore.json stands beside it.
        import pathlib
        import subprocess

        import pytest


        def test_order():
            order = pathlib.Path(__file__).with_name("explore.json")
            run = subprocess.run([\(list(words)), "--replay", str(order)\(rest(after))], capture_output=True, text=True)
            if run.returncode == 2:
                pytest.skip("the order cannot be made any more; explore anew:\\n" + run.stdout)
            assert run.returncode == 0, run.stdout + run.stderr

        """
    }

    private func junit(_ words: [String], _ after: [String], _ title: String) -> String {
        """
        // \(title)
        // Written by stress explore; explore.json is read from the folder that EXPLORE_JSON names, or the working folder.
        import static org.junit.jupiter.api.Assertions.assertEquals;
        import static org.junit.jupiter.api.Assumptions.assumeTrue;

        import java.util.ArrayList;
        import java.util.List;
        import org.junit.jupiter.api.Test;

        class OrderTest {
            @Test
            void order() throws Exception {
                String file = System.getenv().getOrDefault("EXPLORE_JSON", "./explore.json");
                List<String> words = new ArrayList<>(List.of(\(list(words))));
                words.addAll(List.of("--replay", file\(rest(after))));
                Process run = new ProcessBuilder(words).redirectErrorStream(true).start();
                String output = new String(run.getInputStream().readAllBytes());
                int code = run.waitFor();
                assumeTrue(code != 2, "the order cannot be made any more; explore anew:\\n" + output);
                assertEquals(0, code, output);
            }
        }

        """
    }

    private func goTest(_ words: [String], _ after: [String], _ title: String) -> String {
        """
        // \(title)
        // Written by stress explore; explore.json stands beside it.
        package order

        import (
        \t"os/exec"
        \t"testing"
        )

        func TestOrder(t *testing.T) {
        \twords := []string{\(list(words)), "--replay", "./explore.json"\(rest(after))}
        \toutput, err := exec.Command(words[0], words[1:]...).CombinedOutput()
        \tif exit, ok := err.(*exec.ExitError); ok && exit.ExitCode() == 2 {
        \t\tt.Skipf("the order cannot be made any more; explore anew:\\n%s", output)
        \t}
        \tif err != nil {
        \t\tt.Fatalf("%v\\n%s", err, output)
        \t}
        }

        """
    }
}
