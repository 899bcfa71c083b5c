/**
 * The Core Business Vocabulary 2.0 as EPCIS JSON writes it: bare words. Older data writes URNs, linked data writes web
 * URIs; known ones are read as the bare word (spec/provenance.md "Strictness"), the submitted bytes stay as they are.
 */

export interface Vocabulary {
  readonly words: ReadonlySet<string>;
  /** `urn:epcglobal:cbv:<urn>:<word>`; '' when CBV defines none. */
  readonly urn: string;
  /** `https://ref.gs1.org/cbv/<web><word>`. */
  readonly web: string;
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const vocabulary = (urn: string, web: string, text: string): Vocabulary => ({ words: words(text), urn, web });

export const BIZ_STEPS = vocabulary(
  'bizstep',
  'BizStep-',
  `accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
   decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
   installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
   retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
   unloading unpacking void_shipping`
);

export const DISPOSITIONS = vocabulary(
  'disp',
  'Disp-',
  `active available completeness_inferred completeness_verified conformant container_closed container_open damaged
   destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
   mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed
   recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown`
);

export const TRANSACTION_TYPES = vocabulary(
  'btt',
  'BTT-',
  'bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt'
);

export const PARTY_TYPES = vocabulary('sdt', 'SDT-', 'location owning_party possessing_party');

export const ERROR_REASONS = vocabulary('er', 'ER-', 'did_not_occur incorrect_data');

export const COMPONENTS = vocabulary(
  '',
  'Comp-',
  `altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle
   spherical_radius x y z`
);

/** Terms of the GS1 web vocabulary: `https://gs1.org/voc/<word>`, in other spellings `gs1:<word>`. */
export const MEASUREMENTS = words(
  `AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
   AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
   Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
   ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
   Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
   LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
   MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
   RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed
   SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux
   Wavenumber`
);

export const SENSOR_ALERTS = words('ALARM_CONDITION ERROR_CONDITION');

const WEB = /^(?:https?:\/\/(?:ref|ns)\.gs1\.org\/cbv\/|cbv:)(.+)$/;

/** The bare word of a CBV value in any spelling, or null: not a word of this vocabulary. */
export function bareWord(vocabulary: Vocabulary, text: string): string | null {
  if (vocabulary.words.has(text)) return text;
  const urn = `urn:epcglobal:cbv:${vocabulary.urn}:`;
  let word: string | null = null;
  if (vocabulary.urn !== '' && text.startsWith(urn)) word = text.slice(urn.length);
  const local = WEB.exec(text)?.[1];
  if (local !== undefined && local.startsWith(vocabulary.web)) word = local.slice(vocabulary.web.length);
  return word !== null && vocabulary.words.has(word) ? word : null;
}

const GS1_VOCABULARY = /^(?:https?:\/\/(?:www\.)?gs1\.org\/voc\/|https?:\/\/ref\.gs1\.org\/voc\/|gs1:)(.+)$/;

/** As {@link bareWord} for the GS1 web vocabulary (`prefix` is "SensorAlertType-" for alerts). */
export function gs1Word(known: ReadonlySet<string>, text: string, prefix = ''): string | null {
  if (known.has(text)) return text;
  const local = GS1_VOCABULARY.exec(text)?.[1];
  const word = local?.startsWith(prefix) === true ? local.slice(prefix.length) : local;
  return word !== undefined && known.has(word) ? word : null;
}

/** Namespaces whose words are a closed list: a term of them that nobody knows is a mistake, not an extension. */
export const isClosedNamespace = (text: string): boolean =>
  /^(?:urn:epcglobal:cbv|https?:\/\/ns\.gs1\.org\/cbv\/)/.test(text);

export const isGs1Vocabulary = (text: string): boolean => /^https?:\/\/(?:www\.)?gs1\.org\/voc\//.test(text);
