internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Strategies

extension StrategiesCommand {
    /// `stress strategies new seckill.lua`
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a first strategy file for a Lua script, to be completed.",
            discussion: """
                Keys, arguments and answers are read from the script, and what they mean is guessed; a TODO stands wherever only its author \
                knows. Save it with: stress strategies new seckill.lua > seckill.yaml
                """)

        @Argument(help: ArgumentHelp("A Lua script.", valueName: "script"), completion: .file(extensions: ["lua"]))
        var script: String

        mutating func run() throws {
            let script = script
            try CommandLineEnd.with { () throws(RunError) in
                guard script.hasSuffix(".lua") else {
                    throw RunError(
                        .usage,
                        "\(script): a Lua script (.lua) is wanted; the start of a file without one is: stress strategies show optimistic"
                    )
                }
                try Terminal.write(file: FirstStrategyFile(try StrategyArgument.script(script), file: script).text)
                return .upheld
            }
        }
    }
}
