// The only file that knows where the libraries are served: see LIBRARIES in ../serve-pages.ts.
import htm from './lib/htm.module.js'
import { Component, h, render } from './lib/preact.module.js'
import uPlot from './lib/uPlot.esm.js'

export { Component, render, uPlot }
export const html = htm.bind(h)
