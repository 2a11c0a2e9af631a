// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: a fitted value may be near one by chance.
import type { Profile } from '../world/profile.ts';

/** The models of AgentsNet's table 2, fitted by simulation. Written by `bench/fit-profiles.js`. */
export const agentsNetModels: readonly Profile[] = [
  {
    format: 1,
    name: 'claude-3.5-haiku',
    behaviour: 'bounded',
    summary: 'Claude 3.5 Haiku in AgentsNet, fitted to its row of the published table.',
    base: 'gpt-4o-mini',
    parameters: {
      drift: {
        tasks: {
          coloring: 0.4836,
          'vertex-cover': 0.3183,
          consensus: 0.0187,
        },
      },
      finalChange: {
        tasks: {
          coloring: 0.4836,
          'vertex-cover': 0.3183,
        },
      },
      verification: {
        tasks: {
          coloring: 0.8745,
        },
      },
      habit: {
        tasks: {
          coloring: 0.9194,
        },
      },
      dither: {
        tasks: {
          matching: 0.6366,
        },
      },
      announce: {
        tasks: {
          matching: [0.2042, 0.5225],
        },
      },
      slip: {
        tasks: {
          matching: 0.0796,
          'vertex-cover': 0.1592,
        },
      },
      resign: {
        tasks: {
          matching: 0.3979,
        },
      },
      sound: {
        tasks: {
          'vertex-cover': 0.2042,
          'leader-election': 0.0626,
        },
      },
      propose: {
        tasks: {
          'vertex-cover': 0.1976,
          'leader-election': 0.1438,
        },
      },
      modesty: {
        tasks: {
          'leader-election': 0.8624,
        },
      },
      prior: {
        tasks: {
          consensus: [0.8594, 0.1406],
        },
      },
      adopt: {
        tasks: {
          consensus: 0.9063,
        },
      },
      inconsistency: {
        tasks: {
          consensus: 0.0562,
        },
      },
    },
    evidence: {
      care: {
        confidence: 'fitted',
        low: 0.066,
        high: 0.3424,
        source:
          '0.2042 of the way between the ends that the targets name for drift.coloring, finalChange.coloring, verification.coloring, habit.coloring, dither.matching, announce.matching, slip.matching, resign.matching, drift.vertex-cover, finalChange.vertex-cover, sound.vertex-cover, slip.vertex-cover, propose.vertex-cover; one of 2 chosen to meet the targets below',
      },
      accord: {
        confidence: 'fitted',
        low: 0,
        high: 0.1292,
        source:
          '0.0626 of the way between the ends that the targets name for sound.leader-election, modesty.leader-election, propose.leader-election, prior.consensus, adopt.consensus, inconsistency.consensus, drift.consensus; one of 2 chosen to meet the targets below',
      },
    },
    provenance: {
      data: 'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents',
      method:
        'Simulated minimum distance: 48 candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.',
      command:
        "synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/claude-3.5-haiku.json",
      date: '2026-11-22',
      simulations: 30510,
    },
    warnings: [],
    fit: [
      {
        target: 'solved, coloring',
        wanted: 0.14,
        wantedError: 0.04,
        got: 0.07407,
        error: 0.01532,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, consensus',
        wanted: 0.69,
        wantedError: 0.05,
        got: 0.5593,
        error: 0.02893,
        heldOut: true,
        source: 'table 2',
      },
      {
        target: 'solved, leader-election',
        wanted: 0.19,
        wantedError: 0.03,
        got: 0.2315,
        error: 0.02051,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, matching',
        wanted: 0.18,
        wantedError: 0.03,
        got: 0.1926,
        error: 0.01992,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, vertex-cover',
        wanted: 0.08,
        wantedError: 0.03,
        got: 0.1981,
        error: 0.02349,
        heldOut: true,
        source: 'table 2',
      },
    ],
  },
  {
    format: 1,
    name: 'claude-3.7-sonnet',
    behaviour: 'bounded',
    summary: 'Claude 3.7 Sonnet in AgentsNet, fitted to its row of the published table.',
    base: 'gpt-4o-mini',
    parameters: {
      drift: {
        tasks: {
          coloring: 0.03,
          'vertex-cover': 0,
          consensus: 0.0012,
        },
      },
      finalChange: {
        tasks: {
          coloring: 0.03,
          'vertex-cover': 0,
        },
      },
      verification: {
        tasks: {
          coloring: 0.97,
        },
      },
      habit: {
        tasks: {
          coloring: 0.8,
        },
      },
      dither: {
        tasks: {
          matching: 0,
        },
      },
      announce: {
        tasks: {
          matching: [1, 1],
        },
      },
      slip: {
        tasks: {
          matching: 0,
          'vertex-cover': 0,
        },
      },
      resign: {
        tasks: {
          matching: 0,
        },
      },
      sound: {
        tasks: {
          'vertex-cover': 1,
          'leader-election': 0.94,
        },
      },
      propose: {
        tasks: {
          'vertex-cover': 0.5,
          'leader-election': 0.4772,
        },
      },
      modesty: {
        tasks: {
          'leader-election': 0.336,
        },
      },
      prior: {
        tasks: {
          consensus: [0.991, 0.009],
        },
      },
      adopt: {
        tasks: {
          consensus: 0.994,
        },
      },
      inconsistency: {
        tasks: {
          consensus: 0.0036,
        },
      },
    },
    evidence: {
      care: {
        confidence: 'fitted',
        low: 0.8746,
        high: 1,
        source:
          '1 of the way between the ends that the targets name for drift.coloring, finalChange.coloring, verification.coloring, habit.coloring, dither.matching, announce.matching, slip.matching, resign.matching, drift.vertex-cover, finalChange.vertex-cover, sound.vertex-cover, slip.vertex-cover, propose.vertex-cover; one of 2 chosen to meet the targets below',
      },
      accord: {
        confidence: 'fitted',
        low: 0.7875,
        high: 1,
        source:
          '0.94 of the way between the ends that the targets name for sound.leader-election, modesty.leader-election, propose.leader-election, prior.consensus, adopt.consensus, inconsistency.consensus, drift.consensus; one of 2 chosen to meet the targets below',
      },
    },
    provenance: {
      data: 'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents',
      method:
        'Simulated minimum distance: 40 candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.',
      command:
        "synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/claude-3.7-sonnet.json",
      date: '2026-11-22',
      simulations: 25650,
    },
    warnings: ['care: at the end of its range'],
    fit: [
      {
        target: 'solved, coloring',
        wanted: 0.58,
        wantedError: 0.05,
        got: 0.6074,
        error: 0.03096,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, consensus',
        wanted: 1,
        got: 0.9296,
        error: 0.01584,
        heldOut: true,
        source: 'table 2',
      },
      {
        target: 'solved, leader-election',
        wanted: 0.96,
        wantedError: 0.03,
        got: 0.9315,
        error: 0.01608,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, matching',
        wanted: 0.55,
        wantedError: 0.06,
        got: 0.5963,
        error: 0.02832,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, vertex-cover',
        wanted: 0.4,
        wantedError: 0.05,
        got: 0.7019,
        error: 0.02725,
        heldOut: true,
        source: 'table 2',
      },
    ],
  },
  {
    format: 1,
    name: 'gemini-2.0-flash',
    behaviour: 'bounded',
    summary: 'Gemini 2.0 Flash in AgentsNet, fitted to its row of the published table.',
    base: 'gpt-4o-mini',
    parameters: {
      drift: {
        tasks: {
          coloring: 0.2587,
          'vertex-cover': 0.1605,
          consensus: 0.0087,
        },
      },
      finalChange: {
        tasks: {
          coloring: 0.2587,
          'vertex-cover': 0.1605,
        },
      },
      verification: {
        tasks: {
          coloring: 0.9218,
        },
      },
      habit: {
        tasks: {
          coloring: 0.8602,
        },
      },
      dither: {
        tasks: {
          matching: 0.321,
        },
      },
      announce: {
        tasks: {
          matching: [0.5987, 0.7592],
        },
      },
      slip: {
        tasks: {
          matching: 0.0401,
          'vertex-cover': 0.0803,
        },
      },
      resign: {
        tasks: {
          matching: 0.2006,
        },
      },
      sound: {
        tasks: {
          'vertex-cover': 0.5987,
          'leader-election': 0.5669,
        },
      },
      propose: {
        tasks: {
          'vertex-cover': 0.3475,
          'leader-election': 0.3354,
        },
      },
      modesty: {
        tasks: {
          'leader-election': 0.5599,
        },
      },
      prior: {
        tasks: {
          consensus: [0.935, 0.065],
        },
      },
      adopt: {
        tasks: {
          consensus: 0.9567,
        },
      },
      inconsistency: {
        tasks: {
          consensus: 0.026,
        },
      },
    },
    evidence: {
      care: {
        confidence: 'fitted',
        low: 0.4728,
        high: 0.7246,
        source:
          '0.5987 of the way between the ends that the targets name for drift.coloring, finalChange.coloring, verification.coloring, habit.coloring, dither.matching, announce.matching, slip.matching, resign.matching, drift.vertex-cover, finalChange.vertex-cover, sound.vertex-cover, slip.vertex-cover, propose.vertex-cover; one of 2 chosen to meet the targets below',
      },
      accord: {
        confidence: 'fitted',
        low: 0.4399,
        high: 0.6939,
        source:
          '0.5669 of the way between the ends that the targets name for sound.leader-election, modesty.leader-election, propose.leader-election, prior.consensus, adopt.consensus, inconsistency.consensus, drift.consensus; one of 2 chosen to meet the targets below',
      },
    },
    provenance: {
      data: 'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents',
      method:
        'Simulated minimum distance: 54 candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.',
      command:
        "synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/gemini-2.0-flash.json",
      date: '2026-11-22',
      simulations: 31590,
    },
    warnings: [],
    fit: [
      {
        target: 'solved, coloring',
        wanted: 0.32,
        wantedError: 0.05,
        got: 0.2278,
        error: 0.02368,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, consensus',
        wanted: 0.85,
        wantedError: 0.04,
        got: 0.7241,
        error: 0.0304,
        heldOut: true,
        source: 'table 2',
      },
      {
        target: 'solved, leader-election',
        wanted: 0.69,
        wantedError: 0.05,
        got: 0.6963,
        error: 0.02781,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, matching',
        wanted: 0.36,
        wantedError: 0.05,
        got: 0.4944,
        error: 0.02837,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, vertex-cover',
        wanted: 0.16,
        wantedError: 0.04,
        got: 0.3815,
        error: 0.0305,
        heldOut: true,
        source: 'table 2',
      },
    ],
  },
  {
    format: 1,
    name: 'gemini-2.5-flash',
    behaviour: 'bounded',
    summary: 'Gemini 2.5 Flash in AgentsNet, fitted to its row of the published table.',
    base: 'gpt-4o-mini',
    parameters: {
      drift: {
        tasks: {
          coloring: 0.1352,
          'vertex-cover': 0.0738,
          consensus: 0,
        },
      },
      finalChange: {
        tasks: {
          coloring: 0.1352,
          'vertex-cover': 0.0738,
        },
      },
      verification: {
        tasks: {
          coloring: 0.9479,
        },
      },
      habit: {
        tasks: {
          coloring: 0.8277,
        },
      },
      dither: {
        tasks: {
          matching: 0.1476,
        },
      },
      announce: {
        tasks: {
          matching: [0.8155, 0.8893],
        },
      },
      slip: {
        tasks: {
          matching: 0.0184,
          'vertex-cover': 0.0369,
        },
      },
      resign: {
        tasks: {
          matching: 0.0922,
        },
      },
      sound: {
        tasks: {
          'vertex-cover': 0.8155,
          'leader-election': 1,
        },
      },
      propose: {
        tasks: {
          'vertex-cover': 0.4299,
          'leader-election': 0.5,
        },
      },
      modesty: {
        tasks: {
          'leader-election': 0.3,
        },
      },
      prior: {
        tasks: {
          consensus: [1, 0],
        },
      },
      adopt: {
        tasks: {
          consensus: 1,
        },
      },
      inconsistency: {
        tasks: {
          consensus: 0,
        },
      },
    },
    evidence: {
      care: {
        confidence: 'fitted',
        low: 0.6864,
        high: 0.9446,
        source:
          '0.8155 of the way between the ends that the targets name for drift.coloring, finalChange.coloring, verification.coloring, habit.coloring, dither.matching, announce.matching, slip.matching, resign.matching, drift.vertex-cover, finalChange.vertex-cover, sound.vertex-cover, slip.vertex-cover, propose.vertex-cover; one of 2 chosen to meet the targets below',
      },
      accord: {
        confidence: 'fitted',
        low: 0.7893,
        high: 1,
        source:
          '1 of the way between the ends that the targets name for sound.leader-election, modesty.leader-election, propose.leader-election, prior.consensus, adopt.consensus, inconsistency.consensus, drift.consensus; one of 2 chosen to meet the targets below',
      },
    },
    provenance: {
      data: 'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents',
      method:
        'Simulated minimum distance: 44 candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.',
      command:
        "synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/gemini-2.5-flash.json",
      date: '2026-11-22',
      simulations: 32130,
    },
    warnings: ['accord: at the end of its range'],
    fit: [
      {
        target: 'solved, coloring',
        wanted: 0.39,
        wantedError: 0.06,
        got: 0.413,
        error: 0.02942,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, consensus',
        wanted: 1,
        got: 0.963,
        error: 0.01201,
        heldOut: true,
        source: 'table 2',
      },
      {
        target: 'solved, leader-election',
        wanted: 1,
        got: 0.9481,
        error: 0.01458,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, matching',
        wanted: 0.55,
        wantedError: 0.04,
        got: 0.6185,
        error: 0.0291,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, vertex-cover',
        wanted: 0.5,
        wantedError: 0.09,
        got: 0.5778,
        error: 0.03359,
        heldOut: true,
        source: 'table 2',
      },
    ],
  },
  {
    format: 1,
    name: 'gemini-2.5-pro',
    behaviour: 'bounded',
    summary: 'Gemini 2.5 Pro in AgentsNet, fitted to its row of the published table.',
    base: 'gpt-4o-mini',
    parameters: {
      drift: {
        tasks: {
          coloring: 0.0414,
          'vertex-cover': 0.008,
          consensus: 0.0035,
        },
      },
      finalChange: {
        tasks: {
          coloring: 0.0414,
          'vertex-cover': 0.008,
        },
      },
      verification: {
        tasks: {
          coloring: 0.9676,
        },
      },
      habit: {
        tasks: {
          coloring: 0.803,
        },
      },
      dither: {
        tasks: {
          matching: 0.016,
        },
      },
      announce: {
        tasks: {
          matching: [0.98, 0.988],
        },
      },
      slip: {
        tasks: {
          matching: 0.002,
          'vertex-cover': 0.004,
        },
      },
      resign: {
        tasks: {
          matching: 0.01,
        },
      },
      sound: {
        tasks: {
          'vertex-cover': 0.98,
          'leader-election': 0.8237,
        },
      },
      propose: {
        tasks: {
          'vertex-cover': 0.4924,
          'leader-election': 0.433,
        },
      },
      modesty: {
        tasks: {
          'leader-election': 0.4058,
        },
      },
      prior: {
        tasks: {
          consensus: [0.9736, 0.0264],
        },
      },
      adopt: {
        tasks: {
          consensus: 0.9824,
        },
      },
      inconsistency: {
        tasks: {
          consensus: 0.0106,
        },
      },
    },
    evidence: {
      care: {
        confidence: 'fitted',
        low: 0.7445,
        high: 1,
        source:
          '0.98 of the way between the ends that the targets name for drift.coloring, finalChange.coloring, verification.coloring, habit.coloring, dither.matching, announce.matching, slip.matching, resign.matching, drift.vertex-cover, finalChange.vertex-cover, sound.vertex-cover, slip.vertex-cover, propose.vertex-cover; one of 2 chosen to meet the targets below',
      },
      accord: {
        confidence: 'fitted',
        low: 0.6339,
        high: 1,
        source:
          '0.8237 of the way between the ends that the targets name for sound.leader-election, modesty.leader-election, propose.leader-election, prior.consensus, adopt.consensus, inconsistency.consensus, drift.consensus; one of 2 chosen to meet the targets below',
      },
    },
    provenance: {
      data: 'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents',
      method:
        'Simulated minimum distance: 42 candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.',
      command:
        "synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/gemini-2.5-pro.json",
      date: '2026-11-22',
      simulations: 26190,
    },
    warnings: [],
    fit: [
      {
        target: 'solved, coloring',
        wanted: 0.62,
        wantedError: 0.07,
        got: 0.5981,
        error: 0.03035,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, consensus',
        wanted: 0.99,
        wantedError: 0.01,
        got: 0.8333,
        error: 0.02851,
        heldOut: true,
        source: 'table 2',
      },
      {
        target: 'solved, leader-election',
        wanted: 0.89,
        wantedError: 0.06,
        got: 0.8611,
        error: 0.02514,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, matching',
        wanted: 0.75,
        wantedError: 0.05,
        got: 0.6056,
        error: 0.02862,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, vertex-cover',
        wanted: 0.73,
        wantedError: 0.06,
        got: 0.6833,
        error: 0.0283,
        heldOut: true,
        source: 'table 2',
      },
    ],
  },
  {
    format: 1,
    name: 'gpt-4.1-mini',
    behaviour: 'bounded',
    summary: 'GPT-4.1 mini in AgentsNet, fitted to its row of the published table.',
    base: 'gpt-4o-mini',
    parameters: {
      drift: {
        tasks: {
          coloring: 0.5677,
          'vertex-cover': 0.3774,
          consensus: 0.0042,
        },
      },
      finalChange: {
        tasks: {
          coloring: 0.5677,
          'vertex-cover': 0.3774,
        },
      },
      verification: {
        tasks: {
          coloring: 0.8568,
        },
      },
      habit: {
        tasks: {
          coloring: 0.9415,
        },
      },
      dither: {
        tasks: {
          matching: 0.7547,
        },
      },
      announce: {
        tasks: {
          matching: [0.0566, 0.434],
        },
      },
      slip: {
        tasks: {
          matching: 0.0943,
          'vertex-cover': 0.1887,
        },
      },
      resign: {
        tasks: {
          matching: 0.4717,
        },
      },
      sound: {
        tasks: {
          'vertex-cover': 0.0566,
          'leader-election': 0.7917,
        },
      },
      propose: {
        tasks: {
          'vertex-cover': 0.1415,
          'leader-election': 0.4208,
        },
      },
      modesty: {
        tasks: {
          'leader-election': 0.425,
        },
      },
      prior: {
        tasks: {
          consensus: [0.9688, 0.0312],
        },
      },
      adopt: {
        tasks: {
          consensus: 0.9792,
        },
      },
      inconsistency: {
        tasks: {
          consensus: 0.0125,
        },
      },
    },
    evidence: {
      care: {
        confidence: 'fitted',
        low: 0,
        high: 0.2151,
        source:
          '0.0566 of the way between the ends that the targets name for drift.coloring, finalChange.coloring, verification.coloring, habit.coloring, dither.matching, announce.matching, slip.matching, resign.matching, drift.vertex-cover, finalChange.vertex-cover, sound.vertex-cover, slip.vertex-cover, propose.vertex-cover; one of 2 chosen to meet the targets below',
      },
      accord: {
        confidence: 'fitted',
        low: 0.6395,
        high: 0.9439,
        source:
          '0.7917 of the way between the ends that the targets name for sound.leader-election, modesty.leader-election, propose.leader-election, prior.consensus, adopt.consensus, inconsistency.consensus, drift.consensus; one of 2 chosen to meet the targets below',
      },
    },
    provenance: {
      data: 'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents',
      method:
        'Simulated minimum distance: 53 candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.',
      command:
        "synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/gpt-4.1-mini.json",
      date: '2026-11-22',
      simulations: 29970,
    },
    warnings: [],
    fit: [
      {
        target: 'solved, coloring',
        wanted: 0.05,
        wantedError: 0.02,
        got: 0.04815,
        error: 0.01249,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, consensus',
        wanted: 0.99,
        wantedError: 0.01,
        got: 0.8204,
        error: 0.02695,
        heldOut: true,
        source: 'table 2',
      },
      {
        target: 'solved, leader-election',
        wanted: 0.86,
        wantedError: 0.05,
        got: 0.8444,
        error: 0.02577,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, matching',
        wanted: 0.12,
        wantedError: 0.03,
        got: 0.1241,
        error: 0.01651,
        heldOut: false,
        source: 'table 2',
      },
      {
        target: 'solved, vertex-cover',
        wanted: 0.22,
        wantedError: 0.04,
        got: 0.1241,
        error: 0.01542,
        heldOut: true,
        source: 'table 2',
      },
    ],
  },
];
