import { exploreModel } from './model.ts'

exploreModel(6)
