package import FITS

extension LightCurvePlot {
    /// The unit of a plot's fluxes.
    package enum FluxUnit: Sendable {
        case microjansky, nanojansky

        /// AB magnitude of a flux of 1 in this unit.
        package var zeroPoint: Double {
            switch self {
            case .microjansky: 23.9
            case .nanojansky: 31.4
            }
        }

        var symbol: String {
            switch self {
            case .microjansky: "µJy"
            case .nanojansky: "nJy"
            }
        }
    }

    /// A parameter of the fit, which is listed next to the panels.
    package struct Parameter: Sendable {
        /// How the fit treated the parameter.
        package enum State: Sendable {
            case free
            /// Free, and measured before.
            case prior
            /// Known and held at its value.
            case held
            /// Free, and at one of its bounds: the value is the bound, and the error has no meaning.
            case onBound
        }

        /// The parameter's name.
        package let name: String
        /// Its value.
        package let value: Double
        /// One standard deviation; `nil` where it is unknown.
        package let error: Double?
        /// How the fit treated it.
        package let state: State

        /// A parameter with its error.
        package init(name: String, value: Double, error: Double?, state: State = .free) {
            self.name = name
            self.value = value
            self.error = error
            self.state = state
        }
    }

    /// An image with its scale and orientation on the sky.
    package struct Cutout: Sendable {
        /// The label of the image.
        package let label: String
        /// The image; `nil` where it could not be read.
        package let image: CutoutImage?
        /// Its scale and orientation; `nil` where they are unknown.
        package let sky: ImageSky?
        /// Why it could not be read, in two or three words, which are drawn in its frame.
        package let failure: String?

        /// A cutout, or the reason why there is none.
        package init(label: String, image: CutoutImage?, sky: ImageSky? = nil, failure: String? = nil) {
            self.label = label
            self.image = image
            self.sky = sky
            self.failure = failure
        }
    }

    /// The format of a plot.
    package enum Form: Sendable {
        /// - Parameter width: The width in pixels, 300 to 8,000.
        case png(width: Int)
        case svg, pdf
    }
}
