internal import Hummingbird

/// The page of a run that goes on.
package enum LivePage {}
