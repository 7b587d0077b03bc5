import Foundation
import TestSupport
import Testing

/// The libraries under drivers/: each answers, says unknown for what was thrown, and keeps
/// standard output for answers.
struct DriverLibraryTests {
    struct Language: CustomTestStringConvertible, Sendable {
        var name: String
        var library: String
        /// Where the library goes in the driver's folder.
        var place: String
        var files: [String: String]
        /// Builds it, and becomes the driver.
        var command: String

        var testDescription: String { name }
    }

    private static let languages = [
        Language(
            name: "Python", library: "stress_driver.py", place: "stress_driver.py",
            files: [
                "driver.py": """
                import stress_driver, sys
                def buy(question):
                    # One text, since print writes its words one by one, and so do other threads.
                    print("asked by %s %s" % (question["buyer"], question["sale"]))
                    if question["purchase"] == 3: raise RuntimeError("out of cheese")
                    return {"outcome": "won", "remaining": question["units"] - 1, "unit": 'A"12'}
                stress_driver.serve(buy, threads=int(sys.argv[1]))
                """
            ], command: "exec python3 driver.py $THREADS"),
        Language(
            name: "Node", library: "stress_driver.mjs", place: "stress_driver.mjs",
            files: [
                "driver.mjs": """
                import { serve } from "./stress_driver.mjs";
                serve((question) => {
                  console.log("asked by", question.buyer, question.sale);
                  if (question.purchase === 3) throw new Error("out of cheese");
                  return { outcome: "won", remaining: question.units - 1, unit: 'A"12' };
                });
                """
            ], command: "exec node driver.mjs"),
        Language(
            name: "Java", library: "StressDriver.java", place: "StressDriver.java",
            files: [
                "Main.java": """
                public class Main {
                    public static void main(String[] words) throws Exception {
                        StressDriver.serve(question -> {
                            System.out.println("asked by " + question.buyer + " " + question.sale);
                            if (question.purchase == 3) throw new IllegalStateException("out of cheese");
                            return StressDriver.Answer.won().remaining(question.units - 1).unit("A\\"12");
                        }, Integer.parseInt(words[0]));
                    }
                }
                """
            ], command: "javac *.java && exec java Main $THREADS"),
        Language(
            name: "Go", library: "stress_driver.go", place: "stressdriver/stress_driver.go",
            files: [
                "go.mod": "module shop\ngo 1.18\n",
                "main.go": """
                package main
                import (
                    "errors"
                    "fmt"
                    "os"
                    "shop/stressdriver"
                )
                func buy(question stressdriver.Question) (stressdriver.Answer, error) {
                    fmt.Println("asked by", question.Buyer, question.Sale)
                    if question.Purchase == 3 {
                        return nil, errors.New("out of cheese")
                    }
                    return stressdriver.Answer{"outcome": "won", "remaining": question.Units - 1, "unit": "A\\"12"}, nil
                }
                func main() {
                    if os.Args[1] == "1" {
                        stressdriver.Serve(buy)
                    } else {
                        stressdriver.ServeConcurrently(buy)
                    }
                }
                """,
            ], command: "GOFLAGS=-mod=mod go build -o main . && exec ./main $THREADS"),
    ]

    @Test(arguments: languages, [1, 4])
    func answersEachQuestionOnce(_ language: Language, _ threads: Int) throws {
        let folder = try TestFolder("driver-library")
        _ = try folder.folder("stressdriver")
        let library = ExampleStrategy.examples.appending(path: "../drivers/\(language.library)").standardized
        try folder.file(language.place, try String(contentsOf: library, encoding: .utf8))
        for (name, text) in language.files { try folder.file(name, text) }
        let questions = (1...5).map {
            #"{"id":\#(10 + $0),"buyer":7,"purchase":\#($0),"attempt":1,"quantity":1,"units":5,"sale":"{s}"}"# + "\n"
        }
        try folder.file("questions", questions.joined())
        var environment = ProcessInfo.processInfo.environment
        environment["THREADS"] = "\(threads)"
        environment["GOCACHE"] = folder.path + "/cache"
        let driver = try Program(
            "/bin/sh", ["-c", "exec <questions; " + language.command], folder: folder.path, files: folder.path,
            environment: environment)
        #expect(driver.wait(seconds: 60) == .init(exitCode: 0), "\(driver.errors)")
        let answers = try driver.output.split(separator: "\n").map { try JSON(Data($0.utf8)) }
        #expect(Set(answers.compactMap { $0["id"].number }) == Set(11...15) && answers.count == 5, "\(driver.output)")
        for answer in answers {
            let isBroken = answer["id"].number == 13
            #expect(answer["outcome"].text == (isBroken ? "unknown" : "won"))
            #expect(answer["remaining"].number == (isBroken ? nil : 4))
            #expect((answer["error"].text?.contains("out of cheese") == true) == isBroken)
            #expect(answer["unit"].text == (isBroken ? nil : "A\"12"))
        }
        #expect(driver.errors.contains("asked by 7 {s}") && driver.errors.contains("out of cheese"))
    }
}
