internal import ArgumentParser
internal import FlashSale
internal import Foundation
internal import Live

/// The flags that say how a run is watched while it goes on.
struct ProgressOptions: ParsableArguments {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case auto, plain, none
    }

    @Option(
        help: """
            What standard error shows meanwhile: auto (a few lines on a terminal, nothing elsewhere), plain (a line a second), \
            or none.
            """)
    var progress = Kind.auto

    @Option(
        defaultAsFlag: "127.0.0.1:0",
        help: ArgumentHelp(
            """
            Show the run in a browser while it goes on, at an address of this machine that standard error tells; port 0 takes any \
            that is free. The page has a button that stops the run.
            """, valueName: "address"))
    var serve: String?

    @Option(
        help: ArgumentHelp(
            "Write the evidence as OpenTelemetry spans (OTLP/JSON), which trace viewers read.", valueName: "file"),
        completion: .file())
    var otlp: String?

    func validate() throws {
        if let serve {
            do throws(LiveAddress.Problem) {
                _ = try LiveAddress(serve)
            } catch {
                throw ValidationError("--serve \(ForeignText.shown(serve)): \(error.message)")
            }
        }
        if otlp?.isEmpty == true { throw ValidationError("--otlp: a file is wanted; found nothing") }
    }

    /// The same, with nothing on standard error meanwhile unless a flag asks for it.
    var silent: ProgressOptions {
        var options = self
        if progress == .auto { options.progress = .none }
        return options
    }

    /// nil where nobody wants a page. validate() has read it once, so it cannot be wrong here.
    var address: LiveAddress? { serve.flatMap { try? LiveAddress($0) } }
}
